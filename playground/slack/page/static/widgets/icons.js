// The page's line icons, drawn as SVG nodes on a grid of 20; purely decorative, always hidden from assistive technology.

const NAMESPACE = "http://www.w3.org/2000/svg";

/** @type {Record<string, string[]>} */
const PATHS = {
  hash: ["M7.5 3 5.5 17", "M14.5 3l-2 14", "M3.5 7.500h14", "M2.5 12.500h14"],
  lock: ["M5 9h10v8H5z", "M7 9V6.500a3 3 0 0 1 6 0V9"],
  home: ["M3 9.5 10 3.500l7 6", "M5 8.500V16.500h10V8.5", "M8.5 16.500v-4h3v4"],
  folder: ["M2.5 5h5l2 2h8v9h-15z"],
  moon: ["M16 11.500A6.5 6.5 0 1 1 8.5 4a5 5 0 0 0 7.5 7.500z"],
  sun: ["M10 6.500a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z", "M10 2v1.500M10 16.500V18M2 10h1.500M16.5 10H18M4.3 4.300l1.1 1.100M14.6 14.600l1.1 1.100M4.3 15.700l1.1-1.100M14.6 5.400l1.1-1.1"],
  menu: ["M3 5.500h14M3 10h14M3 14.500h14"],
  close: ["M5 5l10 10M15 5 5 15"],
  send: ["M3 4l14.5 6L3 16l2-6zM5 10h6"],
  reply: ["M3.5 4.500h13v9h-7l-3.5 3v-3h-2.500z"],
  edit: ["M4 16l.8-3.500L13.5 3.800l2.7 2.700L7.5 15.200z"],
  trash: ["M4 6h12M8 6V4h4v2M5.5 6l.7 10.500h7.600L14.5 6"],
  copy: ["M7 7h9v10H7z", "M13 7V3.500H4V13h3"],
  check: ["M4 10.5 8.5 15 16 5.5"],
  plus: ["M10 4v12M4 10h12"],
  at: ["M10 7a3 3 0 1 1 0 6 3 3 0 0 1 0-6z", "M13 7v4.500a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.7"],
  slash: ["M13 3.5 7 16.5", "M2.5 2.500h15v15h-15z"],
  eye: ["M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z", "M10 7.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"],
  like: ["M6 9v7.500H3.500V9z", "M6 9l3.5-6c1.5 0 2 1 1.8 2.200L10.8 8h4.700c1 0 1.5.8 1.3 1.700l-1.3 5.300c-.2.9-.8 1.5-1.8 1.500H6"],
  dislike: ["M6 11V3.500H3.500V11z", "M6 11l3.5 6c1.5 0 2-1 1.8-2.200l-.5-2.800h4.700c1 0 1.5-.8 1.3-1.700l-1.3-5.300c-.2-.9-.8-1.5-1.8-1.500H6"],
  down: ["M10 4v12M5 11l5 5 5-5"],
  chevron: ["M5.5 8 10 12.5 14.5 8"],
  warning: ["M10 3 18 16.500H2z", "M10 8v4M10 14v.5"],
  info: ["M10 2.500a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z", "M10 9v5M10 6v.5"],
  shield: ["M10 2.500l6 2v5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8v-5z"],
  upload: ["M10 13V4M6 7.5 10 3.500l4 4", "M3.5 12.500v4h13v-4"],
  picture: ["M3 4h14v12H3z", "M3 13l4-4 4 4 2-2 4 4", "M12.5 7.5v.01"],
  file: ["M5 2.500h6.500L15.5 6.500V17.500H5z", "M11.5 2.500v4h4"],
  people: ["M7 4.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z", "M2.5 16c0-3 2-4.500 4.5-4.500s4.500 1.500 4.500 4.500", "M13 5a2.300 2.300 0 1 1 0 4.600", "M13.500 11.600c2.300.2 4 1.700 4 4.400"],
  more: ["M4.500 10v.01M10 10v.01M15.500 10v.01"],
  stop: ["M6 6h8v8H6z"],
  search: ["M9 3.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11z", "M13 13l4 4"],
  spark: ["M10 3l1.7 5.300L17 10l-5.3 1.700L10 17l-1.7-5.300L3 10l5.3-1.700z"],
};

/** @param {string} name @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  const attributes = { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const data of PATHS[name] ?? PATHS.info) {
    const path = document.createElementNS(NAMESPACE, "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  return svg;
}

/** The bot's face: a prompter in his box at the edge of the stage. @returns {SVGSVGElement} */
export function botFace() {
  const svg = document.createElementNS(NAMESPACE, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 32 32", "aria-hidden": "true" })) svg.setAttribute(key, value);
  const shapes = [
    ["path", { d: "M6 24c0-8 4.5-13 10-13s10 5 10 13z", class: "face-hood" }],
    ["circle", { cx: "12.5", cy: "19", r: "1.7", class: "face-eye" }],
    ["circle", { cx: "19.5", cy: "19", r: "1.7", class: "face-eye" }],
    ["path", { d: "M4 25h24", class: "face-stage" }],
  ];
  for (const [tag, values] of /** @type {[string, Record<string, string>][]} */ (shapes)) {
    const shape = document.createElementNS(NAMESPACE, tag);
    for (const [key, value] of Object.entries(values)) shape.setAttribute(key, value);
    svg.append(shape);
  }
  return svg;
}
