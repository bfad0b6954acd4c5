// Serves a GGUF model over Ollama's chat protocol, run by llama.cpp through node-llama-cpp. For `make real-model`.
// Usage: node real_model_server.mjs MODEL.gguf NODE_MODULES_FOLDER [most tokens of an answer] [seconds added to loading] [largest context]
// Prints {"url": ...} when it listens. `/_record` tells what was asked, and when the words came (monotonic seconds).
import http from "node:http";
import path from "node:path";
import {pathToFileURL} from "node:url";

const [modelPath, nodeModules, longest = "512", slow = "0", largest = "8192"] = process.argv.slice(2);
const library = path.join(nodeModules, "node-llama-cpp", "dist", "index.js");
const {getLlama} = await import(pathToFileURL(library).href);
const NAME = "smollm2:135m";
const BATCH = 128; // tokens read between two looks at the caller
const record = [];
let model = null, context = null, sequence = null, loading = null, queue = Promise.resolve();

const now = () => Number(process.hrtime.bigint()) / 1e9;

async function load(tokens) {
    if (context?.contextSize === tokens) return;
    if (loading) await loading;
    loading = (async () => {
        await new Promise((resolve) => setTimeout(resolve, Number(slow) * 1000));
        if (!model) {
            const llama = await getLlama({gpu: false, build: "never", logLevel: "error"});
            model = await llama.loadModel({modelPath});
        }
        await context?.dispose();
        context = await model.createContext({contextSize: tokens, threads: 1, batchSize: 512});
        sequence = context.getSequence();
    })();
    await loading;
    loading = null;
}

// The template of the model (ChatML); only its marks are special tokens, what people write is text.
function tokenize(messages) {
    const parts = messages.map((one) => [
        ...model.tokenize(`<|im_start|>${one.role}\n`, true), ...model.tokenize(one.content),
        ...model.tokenize("<|im_end|>\n", true)
    ]);
    return [...parts.flat(), ...model.tokenize("<|im_start|>assistant\n", true)];
}

// As Ollama cuts: the oldest messages that are not the system's go first, then the beginning of the prompt. It says nothing.
function fit(messages, tokens) {
    const kept = [...messages];
    let prompt = tokenize(kept);
    while (prompt.length > tokens) {
        const oldest = kept.findIndex((one, at) => one.role !== "system" && at < kept.length - 1);
        if (oldest < 0) return prompt.slice(prompt.length - tokens);
        kept.splice(oldest, 1);
        prompt = tokenize(kept);
    }
    return prompt;
}

// A line in two pieces, cut amid a character of several bytes where it has one: networks do that too.
function write(response, line) {
    const bytes = Buffer.from(JSON.stringify(line) + "\n");
    const at = bytes.findIndex((byte) => byte >= 0xc3) + 1;
    response.write(bytes.subarray(0, at));
    response.write(bytes.subarray(at));
}

async function chat(body, response, isClosed) {
    const tokens = Math.min(body.options?.num_ctx ?? 4096, Number(largest)), started = now();
    await load(tokens);
    const head = {model: NAME, created_at: new Date().toISOString()};
    const entry = {question: body.messages.at(-1)?.content ?? "", asked: started, text: "", first: 0, last: 0, closed: 0};
    if (!body.messages.length) {
        write(response, {...head, message: {role: "assistant", content: ""}, done: true, done_reason: "load"});
        return;
    }
    const prompt = fit(body.messages, tokens - 1);
    entry.characters = body.messages.reduce((sum, one) => sum + [...one.content].length, 0);
    entry.sent = tokenize(body.messages).length;
    entry.read = prompt.length;
    entry.context = tokens;
    record.push(entry);
    await sequence.adaptStateToTokens(prompt.slice(0, -1));
    let rest = prompt.slice(sequence.nextTokenIndex);
    while (rest.length > BATCH && !isClosed()) {
        await sequence.evaluateWithoutGeneratingNewTokens(rest.slice(0, BATCH));
        rest = rest.slice(BATCH);
    }
    const most = Math.min(body.options?.num_predict ?? 128, Number(longest), tokens - prompt.length);
    const said = [];
    let shown = "", reason = "stop";
    if (!isClosed()) {
        for await (const token of sequence.evaluate(rest, {temperature: body.options?.temperature ?? 0})) {
            if (model.isEogToken(token)) break;
            said.push(token);
            const text = model.detokenize(said);
            // A character may take several tokens: it is sent when it is whole.
            if (!text.endsWith("\ufffd")) {
                entry.last = now();
                entry.first ||= entry.last;
                write(response, {...head, message: {role: "assistant", content: text.slice(shown.length)}, done: false});
                shown = text;
            }
            if (isClosed()) break;
            if (said.length >= most) { reason = "length"; break; }
        }
    }
    if (isClosed()) entry.closed = now();
    Object.assign(entry, {text: shown, written: said.length, reason});
    const counts = {prompt_eval_count: prompt.length, eval_count: said.length};
    const spent = Math.round((now() - started) * 1e9);
    write(response, {
        ...head, message: {role: "assistant", content: ""}, done: true, done_reason: reason,
        total_duration: spent, load_duration: 0, prompt_eval_duration: 0, eval_duration: spent, ...counts
    });
}

const details = {format: "gguf", family: "llama", parameter_size: "135M", quantization_level: "Q4_1"};
const card = {name: NAME, model: NAME, modified_at: new Date().toISOString(), size: 98362432, digest: "0".repeat(64), details};

const server = http.createServer(async (request, response) => {
    let raw = "";
    for await (const chunk of request.setEncoding("utf8")) raw += chunk;
    const json = (value, status = 200) => {
        response.writeHead(status, {"Content-Type": "application/json"});
        response.end(JSON.stringify(value));
    };
    const body = raw ? JSON.parse(raw) : {};
    const url = request.url;
    if (url === "/_record") return json(record);
    if (url === "/api/version") return json({version: "0.12.0"});
    if (url === "/api/tags") return json({models: [card]});
    if (url === "/api/ps") {
        const stay = {expires_at: "2126-01-01T00:00:00Z", size_vram: 0, context_length: context?.contextSize};
        return json({models: context ? [{...card, ...stay}] : []});
    }
    if (body.model !== NAME) return json({error: `model '${body.model}' not found`}, 404);
    if (url === "/api/show") return json({details, model_info: {"llama.context_length": 8192}, capabilities: ["completion"]});
    if (url !== "/api/chat") return json({error: "not served here"}, 404);
    let closed = false;
    response.on("close", () => { closed = true; });
    response.setHeader("Content-Type", "application/x-ndjson");
    queue = queue.then(() => closed ? null : chat(body, response, () => closed)).catch((error) => {
        console.error(error);
        write(response, {error: String(error)});
    }).finally(() => response.end());
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({url: `http://127.0.0.1:${server.address().port}`})));
