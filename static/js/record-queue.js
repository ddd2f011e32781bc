// Sends what waits on this phone: on load, when the network returns, and once a minute. phone.html loads it on every page.
//
// Contract. <body data-owner="{{ member.pk }}"> says whose records may be sent.
//   <ul class="ph-list" data-queue> is filled with what waits (it and the element [data-queue-box] around it are hidden while empty).
//   A record is POSTed to the address of its form with the form's own fields, so also its UUID: a retry must not make a second one.
//   The server answers with a redirect when it has the record (204 when it has the one photo of an act=photo), with 200, 409
//   or 422 and the form when something must be mended.

import { drop, keep, waiting } from "./record-store.js";

const SOON = 60000;
const owner = () => document.body.dataset.owner ?? "";
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export function body(record, photos = record.photos, act = null) {
  const data = new FormData();
  for (const [name, value] of record.fields) {
    if (name !== "csrfmiddlewaretoken" && !(act && name === "act")) data.append(name, value);
  }
  if (act) data.append("act", act);
  for (const photo of photos) {
    data.append("photos", photo.blob, `${photo.id}.${photo.blob.type === "application/pdf" ? "pdf" : "jpg"}`);
    data.append("photos_kind", photo.kind ?? "photo");
    data.append("photos_shot", JSON.stringify(photo.shot ?? {}));
    data.append("photos_taken_at", new Date(photo.takenAt).toISOString());
  }
  return data;
}

// "sent" (with its address), "refused" (with the page to show), "signed-out", or "offline". A record that goes apart sends
// its photos one by one first and remembers which have arrived.
export async function send(record) {
  if (!record.apart) return post(record.url, body(record));
  for (const photo of record.photos.filter((photo) => !photo.sent)) {
    const answer = await post(record.url, body(record, [photo], "photo"));
    if (answer.result !== "sent") return answer;
    photo.sent = true;
    await keep(record);
  }
  return post(record.url, body(record, []));
}

async function post(url, data) {
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body: data, headers: { "X-CSRFToken": token() }, credentials: "same-origin" });
  } catch {
    network(false);
    return { result: "offline" };
  }
  network(true);
  if (answer.status === 204) return { result: "sent", url };
  if (answer.redirected && new URL(answer.url).searchParams.has("next")) return { result: "signed-out" };
  if (answer.redirected && answer.ok) return { result: "sent", url: answer.url };
  if (answer.ok || answer.status === 409 || answer.status === 422) return { result: "refused", page: await answer.text() };
  return { result: answer.status === 403 ? "signed-out" : "offline" };
}

async function sendAll() {
  if (!owner()) return;
  for (const record of (await waiting(owner())).filter((record) => record.state === "queued")) {
    const { result } = await send(record);
    if (result === "sent") await drop(record.id);
    else if (result === "refused") await keep({ ...record, state: "refused" });
    else break;
  }
  await show();
}

export function flush() {
  // Two open pages must not send the same record at the same time.
  if (!navigator.locks) return sendAll();
  return navigator.locks.request("fuyue-queue", { ifAvailable: true }, (lock) => (lock ? sendAll() : undefined));
}

const WORDS = { queued: "等待上传", refused: "须补正", draft: "草稿" };
const KINDS = { queued: "wait", refused: "warn", draft: "off" };

export async function show() {
  const list = document.querySelector("[data-queue]");
  const records = list && owner() ? await waiting(owner()) : [];
  for (const box of document.querySelectorAll("[data-queue-box]")) box.hidden = !records.length;
  for (const count of document.querySelectorAll("[data-queue-count]")) count.textContent = `${records.length} 条`;
  list?.replaceChildren(...records.map(line));
}

function line(record) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.className = "tt";
  link.href = record.url;
  link.textContent = record.title;
  const under = document.createElement("span");
  under.className = "s";
  under.textContent = `${clock(record.savedAt)} · ${record.photos.length ? `${record.photos.length} 张照片` : "无照片"}`;
  const left = document.createElement("div");
  left.className = "body";
  left.append(link, under);
  const state = document.createElement("span");
  state.className = `fy-st is-${KINDS[record.state]}`;
  state.textContent = WORDS[record.state];
  item.append(left, state);
  return item;
}

export function clock(moment) {
  return new Date(moment).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

// The strip follows what happens, not navigator.onLine: that says "no" on a server room's own network and "yes" in a lift.
function network(there) {
  for (const strip of document.querySelectorAll("[data-net]")) strip.hidden = there;
}

// A phone says that it is online a moment before it is: try at once, and once more soon.
window.addEventListener("online", () => (network(true), flush(), setTimeout(flush, 5000)));
window.addEventListener("offline", () => network(false));
flush();
setInterval(() => document.visibilityState === "visible" && flush(), SOON);
