// Keeps the numbers, the photos and the words about the camera fresh. Without it the page still works.
"use strict";

const live = document.getElementById("live");
const trouble = document.getElementById("trouble");
const viewers = document.getElementById("viewers");
const photos = document.getElementById("photos");

/** Why there is no live picture, as far as this page knows. */
let refused = "";
let shown = "";

function tell(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

function watchAgain() {
  live.src = `video_feed?${Date.now()}`;
}

// The stream was refused, or it ended. An image does not say why, a request does.
async function lost() {
  refused = "连不上摄像头, 正在重试";
  try {
    const stop = new AbortController();
    const answer = await fetch("video_feed", { signal: stop.signal });
    if (answer.ok) {
      stop.abort();
      refused = "";
    } else {
      refused = (await answer.text()).trim();
    }
  } catch {
    // The server is away; it is asked again.
  }
  tell(refused);
  setTimeout(watchAgain, refused ? 5000 : 500);
}

live.addEventListener("error", lost);

live.addEventListener("load", () => {
  refused = "";
});

function photo({ number, at }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const image = document.createElement("img");
  const time = document.createElement("span");
  link.href = image.src = `photo/${number}.jpg`;
  image.alt = time.textContent = at;
  link.append(image);
  item.append(link, time);
  return item;
}

async function refresh() {
  try {
    const answer = await fetch("status", { cache: "no-store" });
    if (answer.status === 401) {
      tell("密码不对或已更改, 请刷新网页重新输入");
      return;
    }
    if (answer.status === 429) {
      tell((await answer.text()).trim());
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    const status = await answer.json();
    viewers.textContent = status.viewers;
    tell(status.trouble ?? refused);
    const key = status.photos.map((it) => it.number).join();
    if (key !== shown) {
      shown = key;
      photos.replaceChildren(...status.photos.map(photo));
    }
  } catch {
    tell("连不上服务器, 正在重试");
  } finally {
    setTimeout(refresh, 2000);
  }
}

refresh();
// Refused before this script was there to hear of it.
if (live.complete && !live.naturalWidth) lost();
