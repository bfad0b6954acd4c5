// Decides which addresses may become links, and finds bare addresses in running text.

const SCHEMES = new Set(["http:", "https:", "mailto:"]);
const BARE = /https?:\/\/[^\s<>|`"]+/y;

/**
 * The address if it may be followed, else null. Only http, https and mailto; an address without a scheme must be a path
 * on this server, so that `javascript:`, `data:` and their disguises stay text.
 * @param {string} address @returns {string|null}
 */
export function safeAddress(address) {
  const trimmed = address.trim();
  if (/[\u0000-\u001f\u007f]/.test(trimmed)) return null;
  if (trimmed.startsWith("/") && !trimmed.startsWith("//") && !trimmed.startsWith("/\\")) return trimmed;
  try {
    return SCHEMES.has(new URL(trimmed).protocol) ? trimmed : null;
  } catch {
    return null;
  }
}

/** A bare http address that begins at `index`, without the punctuation that closes a sentence.
 * @param {string} text @param {number} index @returns {string|null} */
export function bareAddressAt(text, index) {
  BARE.lastIndex = index;
  let found = BARE.exec(text)?.[0];
  if (!found) return null;
  while (/[.,;:!?'*_~»]$/.test(found)) found = found.slice(0, -1);
  if (found.endsWith(")") && !found.includes("(")) found = found.slice(0, -1);
  return safeAddress(found) && found.length > 8 ? found : null;
}
