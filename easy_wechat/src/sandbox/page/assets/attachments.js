// Pictures, voices and videos that a member sends: chosen, dropped or pasted.

import { sample, send, upload } from "./api.js";
import { stick } from "./conversation.js";
import { confirmFirst, openDialog, report, toast } from "./dialogs.js";
import { byId, el, icon } from "./dom.js";
import { say } from "./language.js";
import { movingDots } from "./chips.js";
import { selectedConversation } from "./store.js";

/** Makes the hidden file fields, and takes what is dropped on or pasted into the conversation. */
export function startAttachments(foot) {
  for (const [type, accept] of Object.entries(ACCEPT)) {
    const input = el("input", {
      type: "file",
      id: `file-${type}`,
      accept,
      multiple: true,
      hidden: true,
      data: { testid: `file-${type}` },
    });
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      sendFiles(files, type);
    });
    foot.before(input);
  }
  foot.before(progress);
  takeDrops(byId("conversation"), byId("drop-hint"));
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    sendFiles(files);
  });
}

/** Opens the browser's file dialog for a type. */
export function pickFile(type) {
  byId(`file-${type}`).click();
}

const ACCEPT = {
  image: "image/*",
  voice: "audio/*,.amr,.speex,.silk",
  video: "video/*",
};

const progress = el("div", { class: "progress", hidden: true });

/** One after the other, in the order in which they were chosen. */
async function sendFiles(files, chosenType = null) {
  const conversation = selectedConversation();
  if (conversation?.kind !== "member") return;
  for (const file of files) {
    const type = chosenType ?? typeOf(file);
    if (type === null) {
      toast(say("cannotSendFile", { name: file.name }), "bad");
      continue;
    }
    await sendFile(conversation.id, type, file);
  }
}

async function sendFile(conversation, type, file, asIs = false) {
  progress.replaceChildren(movingDots(), say("uploading", { name: file.name }));
  progress.hidden = false;
  let id = null;
  try {
    id = await upload(type, file, asIs);
  } catch (error) {
    if (error.asIs) offerAsIs(error.reason, () => sendFile(conversation, type, file, true));
    else await report(Promise.reject(error));
  } finally {
    progress.hidden = true;
  }
  if (id === null) return;
  stick();
  await report(send(conversation, type, contentOf(type, id, file)));
}

/** A member cannot send such a file; an app that must cope with it can be tried all the same. */
function offerAsIs(reason, onYes) {
  confirmFirst(say("notSent"), reason, say("sendAsIs"), onYes);
}

/** Lets one of the sandbox's own files be sent. */
export function openSamples() {
  const sendOne = async (type) => {
    close();
    const conversation = selectedConversation();
    const file = await report(sample(type));
    if (!file || conversation?.kind !== "member") return;
    stick();
    await report(send(conversation.id, type, contentOf(type, file.media_id, { name: file.filename })));
  };
  const close = openDialog({
    title: say("samples"),
    testid: "samples",
    className: "dialog-confirm",
    body: el("p", {}, say("samplesHint")),
    actions: Object.entries(SAMPLES).map(([type, sign]) =>
      el(
        "button",
        { type: "button", class: "button", "data-testid": `sample-${type}`, onclick: () => sendOne(type) },
        icon(sign),
        say(`sample_${type}`),
      ),
    ),
  });
}

const SAMPLES = { image: "image", voice: "mic", video: "video" };

function contentOf(type, id, file) {
  if (type === "voice") return { media_id: id, format: extension(file.name) || "amr" };
  if (type === "video") return { media_id: id, thumb_media_id: "" };
  return { media_id: id };
}

function typeOf({ type, name }) {
  if (type.startsWith("image/")) return "image";
  if (type.startsWith("audio/") || /\.(amr|speex|silk)$/i.test(name)) return "voice";
  if (type.startsWith("video/")) return "video";
  return null;
}

function extension(name) {
  return /\.([a-z0-9]{1,8})$/i.exec(name)?.[1].toLowerCase() ?? "";
}

function takeDrops(area, hint) {
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  // Leaving a child also fires, so the hint counts its way in and out.
  let depth = 0;
  area.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    hint.hidden = false;
  });
  area.addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    hint.hidden = depth === 0;
  });
  area.addEventListener("drop", (event) => {
    depth = 0;
    hint.hidden = true;
    if (hasFiles(event)) sendFiles([...event.dataTransfer.files]);
  });
  // A file that misses the conversation must not replace the page.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => hasFiles(event) && event.preventDefault());
  }
}
