// The dialogs that send a location and a link.

import { send } from "./api.js";
import { openForm, report } from "./dialogs.js";
import { say } from "./language.js";
import { selectedConversation } from "./store.js";

/** Asks for a place and sends it. */
export function askForLocation() {
  openForm({
    title: say("sendLocation"),
    testid: "location-form",
    submit: say("send"),
    fields: [
      { name: "label", label: say("label"), value: say("labelValue") },
      { name: "latitude", label: say("latitude"), value: "39.908692", ...NUMBER, min: "-90", max: "90" },
      { name: "longitude", label: say("longitude"), value: "116.397477", ...NUMBER, min: "-180", max: "180" },
      { name: "scale", label: say("scale"), value: "15", ...NUMBER, step: "1", min: "1", max: "20" },
    ],
    onSubmit: ({ label, latitude, longitude, scale }) =>
      sent("location", { latitude: Number(latitude), longitude: Number(longitude), scale: Number(scale), label }),
  });
}

/** Asks for a link and sends it. */
export function askForLink() {
  openForm({
    title: say("sendLink"),
    testid: "link-form",
    submit: say("send"),
    fields: [
      { name: "title", label: say("linkTitle"), value: "easy_wechat" },
      { name: "description", label: say("linkDescription"), type: "textarea", rows: "2" },
      {
        name: "url",
        label: say("linkUrl"),
        value: "https://developer.work.weixin.qq.com/",
        type: "url",
        required: true,
      },
      { name: "picurl", label: say("linkPicture"), type: "url" },
    ],
    onSubmit: (content) => sent("link", content),
  });
}

const NUMBER = { type: "number", step: "any", required: true };

/** False keeps the dialog open, so that nothing that was typed is lost. */
async function sent(type, content) {
  const conversation = selectedConversation();
  if (!conversation) return false;
  return (await report(send(conversation.id, type, content))) !== null;
}
