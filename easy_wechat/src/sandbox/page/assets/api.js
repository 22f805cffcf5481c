// The sandbox's commands, as the server takes them.

import { language, say } from "./language.js";

/** A refusal with words for the person at the page. */
export class Refusal extends Error {
  constructor(words, asIs = false) {
    super("refused");
    this.words = words;
    /** Whether the sandbox does it all the same when it is told to. */
    this.asIs = asIs;
  }

  /** Why, in the chosen language. */
  get reason() {
    return this.words[language()] ?? this.words.en ?? this.words.zh ?? "";
  }
}

export const getState = () => get("/sandbox/state");
export const getExchange = (id) => get(`/sandbox/exchanges/${encodeURIComponent(id)}`);
export const getCall = (id) => get(`/sandbox/calls/${encodeURIComponent(id)}`);
export const mediaAddress = (id) => `/sandbox/media/${encodeURIComponent(id)}`;

export const addMember = (id, name) => post("/sandbox/members", { id, name });
export const send = (conversation, type, content) =>
  post("/sandbox/send", { conversation, message: { type, content } });
export const pressCard = (press) => post("/sandbox/cards", press);
export const resend = (exchange) => post(`/sandbox/exchanges/${encodeURIComponent(exchange)}/resend`, {});
export const verify = () => post("/sandbox/verify", {});

export const addFault = (fault) => post("/sandbox/faults", fault);
export const removeFault = (id) => request(`/sandbox/faults/${encodeURIComponent(id)}`, "DELETE", "{}");
export const removeFaults = () => request("/sandbox/faults", "DELETE", "{}");
export const changeTokens = (change) => post("/sandbox/tokens", change);
export const burst = (messages, members, content) => post("/sandbox/burst", { messages, members, content });

export const replay = (transcript) => request("/sandbox/replay", "POST", transcript);
export const clear = () => post("/sandbox/clear", {});

/** The events that the platform knows; they do not change while the sandbox runs. */
export function getCatalog() {
  catalog ??= get("/sandbox/catalog").catch((error) => {
    catalog = null;
    throw error;
  });
  return catalog;
}

/** Name, size and type of a medium; asked for once. */
export function mediaInfo(id) {
  if (!infos.has(id)) {
    const asked = get(`${mediaAddress(id)}/info`);
    infos.set(id, asked);
    asked.catch(() => infos.delete(id));
  }
  return infos.get(id);
}

/** A small file of the sandbox's own: {media_id, filename}. */
export const sample = (type) => post(`/sandbox/samples/${type}`, {});

/** Uploads a file; gives its media_id. What is not of that type is refused, unless it is to be sent as it is. */
export async function upload(type, file, asIs = false) {
  const force = asIs ? "&as_is=1" : "";
  const address = `/sandbox/media?type=${type}&filename=${encodeURIComponent(file.name || type)}${force}`;
  const answer = await request(address, "POST", file, file.type || "application/octet-stream");
  return answer.media_id;
}

let catalog = null;
const infos = new Map();

function get(address) {
  return request(address, "GET");
}

function post(address, body) {
  return request(address, "POST", JSON.stringify(body));
}

async function request(address, method, body, contentType = "application/json") {
  const options = { method, cache: "no-store" };
  if (method !== "GET") {
    options.headers = { "Content-Type": contentType, "X-Sandbox": "1" };
    options.body = body;
  }
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Refusal({ en: say("unreachable"), zh: say("unreachable") });
  }
  const text = await answer.text();
  const value = parsed(text);
  if (!answer.ok || value?.as_is) {
    const otherwise = say("refused", { status: answer.status });
    throw new Refusal(value?.error ?? { en: otherwise, zh: otherwise }, value?.as_is === true);
  }
  return value ?? {};
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
