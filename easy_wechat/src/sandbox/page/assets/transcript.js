// Replaying a transcript, and forgetting everything. Exporting is a plain link in the page.

import { clear, replay } from "./api.js";
import { confirmFirst, report, toast } from "./dialogs.js";
import { byId } from "./dom.js";
import { say } from "./language.js";

/** Makes the buttons under the list of conversations work. */
export function startTranscript() {
  const file = byId("file-replay");
  byId("transcript-replay").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (chosen) replayFile(chosen);
  });
  byId("transcript-clear").addEventListener("click", () =>
    confirmFirst(say("clear"), say("clearAsk"), say("clear"), forget),
  );
}

async function replayFile(file) {
  const answer = await report(replay(await file.text()));
  if (answer) toast(say("replayed", { n: answer.messages ?? 0 }));
}

async function forget() {
  if (await report(clear())) toast(say("cleared"));
}
