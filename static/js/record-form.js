// A record filled in on a phone: kept on the phone while it is typed, photos made smaller, sent when there is a network.
//
// Contract (templates/services/… builds it; load this file in {% block scripts %} with type="module"):
//   <form data-record-form="<the record's UUID>" data-title="白露华　第 5 次介入" method="post" enctype="multipart/form-data">
//     the UUID also stands in a hidden input of the form, so that a retry finds the record that is already there;
//   [data-save-state]        where "已存 09:58" is shown (aria-live="polite"), anywhere on the page;
//   <input type="file" accept="image/*" multiple data-photo-input="photo"> without a name: the photos are sent as `photos`
//     (several), with `photos_taken_at` (ISO 8601), `photos_shot` (JSON: what the camera wrote) and `photos_kind` (the input's value) beside them in the same order; each
//     file's name is the photo's own UUID + ".jpg", or ".pdf" for a scanned paper where the input accepts one;
//   data-apart on the form   sends every photo in a request of its own first, with act=photo (the server answers 204), so
//     that a broken connection loses one photo at most; without it everything goes in one request;
//   [data-photos="photo"]    the .thumbs box that the previews of that kind are put into, before the input's label;
//   [data-sent="<file name>"] a photo that the server holds already: it is neither shown nor sent again;
//   [data-when="mode=phone"] shown only while the field has that value;
//   [data-photo-count]       optional: "2 张，1.8 MB";
//   [data-minutes]           optional: shows the minutes between inputs named by data-minutes="start end" (type=time);
//   [data-say]               optional: a button that speaks into the <textarea> named by data-say="#id" where the browser can;
//   [data-waiting] (hidden)  shown instead of the form when the record waits for a network; [data-waiting-photos], [data-waiting-at] inside;
//   [data-net] (hidden)      the offline strip, see record-queue.js;
//   a submit button with data-local only keeps the draft (存草稿) when there is no network, else it is sent like any other.
// The server redirects when it has the record, or answers 200/409/422 with the page again: its <main> replaces this one.

import { drop, find, keep } from "./record-store.js";
import { shot } from "./exif.js";
import { smaller } from "./photo.js";
import { count } from "./forms.js";
import { clock, send, show } from "./record-queue.js";

const QUIET = 600;
let form, photos, timer, sending, ready;

const owner = () => document.body.dataset.owner ?? "";
const id = () => form.dataset.recordForm;

function tell(text, kind = "ok") {
  for (const place of document.querySelectorAll("[data-save-state]")) {
    place.textContent = text;
    place.classList.toggle("ok", kind === "ok");
    place.classList.toggle("warn", kind === "warn");
  }
}

function record(state, button) {
  const fields = [...new FormData(form, button)].filter(([, value]) => typeof value === "string");
  return { id: id(), owner: owner(), url: form.action, title: form.dataset.title ?? document.querySelector("h1").textContent, fields, photos, state, savedAt: Date.now(), apart: form.dataset.apart !== undefined };
}

async function save(state = "draft", button = undefined) {
  clearTimeout(timer);
  const kept = record(state, button);
  try {
    await keep(kept);
    tell(`已存 ${clock(kept.savedAt)}`);
  } catch {
    tell("这部手机存不下，请先提交", "warn");
  }
  return kept;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => save(), QUIET);
}

function restore(kept) {
  const values = new Map();
  for (const [name, value] of kept.fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const input of form.elements) {
    if (!input.name || input.type === "file" || input.type === "hidden" || input.type === "submit") continue;
    const wanted = values.get(input.name) ?? [];
    if (input.type === "checkbox" || input.type === "radio") input.checked = wanted.includes(input.value);
    else if (input.multiple) for (const option of input.options) option.selected = wanted.includes(option.value);
    else if (wanted.length) input.value = wanted.shift();
  }
}

// --- photos -----------------------------------------------------------------------------------------------------
const PAPER = "application/pdf";

async function add(files, kind) {
  for (const file of files) {
    tell("正在压缩照片", "");
    try {
      const blob = file.type === PAPER ? file : await smaller(file);
      const told = file.type === PAPER ? {} : await shot(file);
      photos.push({ id: crypto.randomUUID?.() ?? `${Date.now()}-${photos.length}`, kind, blob, takenAt: told.taken ? Date.parse(told.taken) : file.lastModified, shot: told });
    } catch {
      tell("这张照片读不出来，请重拍", "warn");
      return;
    }
  }
  draw();
  await save();
}

function draw() {
  for (const old of form.querySelectorAll("[data-own]")) {
    const picture = old.querySelector("img");
    if (picture) URL.revokeObjectURL(picture.src);
    old.remove();
  }
  photos.forEach((photo, at) => {
    const box = form.querySelector(`[data-photos="${photo.kind}"]`) ?? form.querySelector("[data-photos]");
    box?.insertBefore(thumb(photo, at), box.querySelector(".add"));
  });
  const octets = photos.reduce((sum, photo) => sum + photo.blob.size, 0);
  const told = photos.length ? `${photos.length} 张，${(octets / 1048576).toFixed(1)} MB` : "";
  for (const place of document.querySelectorAll("[data-photo-count]")) place.textContent = told;
}

function thumb(photo, at) {
  const figure = document.createElement("span");
  figure.dataset.own = photo.id;
  if (photo.blob.type === PAPER) {
    const paper = document.createElement("b");
    paper.className = "doc";
    paper.textContent = "PDF";
    figure.append(paper);
  } else {
    const picture = document.createElement("img");
    picture.alt = `第 ${at + 1} 张照片`;
    picture.src = URL.createObjectURL(photo.blob);
    figure.append(picture);
  }
  const caption = document.createElement("span");
  caption.className = "cap";
  caption.textContent = photo.sent ? "已上传" : clock(photo.takenAt);
  figure.append(caption);
  if (!photo.sent) figure.append(remover(photo, at));
  return figure;
}

function remover(photo, at) {
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "del";
  remove.setAttribute("aria-label", `去掉第 ${at + 1} 张照片`);
  remove.textContent = "×";
  remove.addEventListener("click", () => {
    photos = photos.filter((other) => other !== photo);
    draw();
    save();
  });
  return remove;
}

// What the server's page shows is there: it needs neither a preview nor another sending.
function unsent(kept) {
  const there = new Set([...document.querySelectorAll("[data-sent]")].map((place) => place.dataset.sent.replace(/\.\w+$/, "")));
  return kept.filter((photo) => !there.has(photo.id));
}

// --- sending ----------------------------------------------------------------------------------------------------
async function submit(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (sending) return;
  sending = true;
  const button = event.submitter ?? form.querySelector("button[type=submit], button:not([type])");
  button?.classList.add("busy");
  try {
    await ready;
    const kept = await save("queued", button ?? undefined);
    const answer = await send(kept);
    await answered(answer, kept, button);
  } finally {
    sending = false;
    button?.classList.remove("busy");
  }
}

async function answered(answer, kept, button) {
  if (answer.result === "sent") {
    await drop(kept.id);
    location.assign(answer.url);
  } else if (answer.result === "refused") {
    await keep({ ...kept, state: "draft" });
    const page = new DOMParser().parseFromString(answer.page, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    window.htmx?.process(document.querySelector("main"));
    ready = start(document.querySelector("[data-record-form]"), kept.photos);
    document.querySelector("[data-errors]")?.focus();
  } else if (answer.result === "signed-out") {
    tell("登录已过期，记录还在这部手机上", "warn");
  } else if (button?.dataset.local !== undefined) {
    await keep({ ...kept, state: "draft" });
    tell("已存在这部手机");
  } else {
    waits(kept);
  }
  await show();
}

function waits(kept) {
  const panel = document.querySelector("[data-waiting]");
  tell("已存在这部手机，等待上传");
  if (!panel) return;
  const octets = kept.photos.reduce((sum, photo) => sum + photo.blob.size, 0);
  for (const place of panel.querySelectorAll("[data-waiting-at]")) place.textContent = clock(kept.savedAt);
  for (const place of panel.querySelectorAll("[data-waiting-photos]")) {
    place.textContent = kept.photos.length ? `${kept.photos.length} 张，${(octets / 1048576).toFixed(1)} MB` : "无照片";
  }
  form.hidden = true;
  panel.hidden = false;
  panel.tabIndex = -1;
  panel.focus();
}

// --- small aids ---------------------------------------------------------------------------------------------------
function minutes() {
  for (const place of form.querySelectorAll("[data-minutes]")) {
    const [from, to] = place.dataset.minutes.split(" ").map((name) => form.elements[name]?.value.slice(-5).split(":").map(Number));
    const count = from?.length === 2 && to?.length === 2 ? to[0] * 60 + to[1] - from[0] * 60 - from[1] : 0;
    // A night's round that ends after midnight; longer than twelve hours is a time that was mistyped.
    const night = count < 0 && count + 1440 <= 720 ? count + 1440 : 0;
    place.textContent = count > 0 ? `${count} 分钟` : night ? `${night} 分钟，到次日` : "";
  }
}

function hints() {
  for (const place of form.querySelectorAll("[data-when]")) {
    const [name, value] = place.dataset.when.split("=");
    place.hidden = new FormData(form).get(name) !== value;
  }
}

function speech() {
  const Listener = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  for (const button of form.querySelectorAll("[data-say]")) {
    button.hidden = !Listener;
    button.addEventListener("click", () => {
      const listener = new Listener();
      listener.lang = "zh-CN";
      listener.onresult = (event) => {
        const place = form.querySelector(button.dataset.say);
        place.value += event.results[0][0].transcript;
        place.dispatchEvent(new Event("input", { bubbles: true }));
      };
      listener.start();
    });
  }
}

async function start(element, kept = null) {
  if (!element) return;
  form = element;
  photos = unsent(kept ?? []);
  form.addEventListener("submit", submit, { capture: true });
  speech();
  // After a refusal the server's page holds what was typed; only on a fresh page is the draft put back.
  const draft = kept ? null : await find(id(), owner()).catch(() => null);
  if (draft) {
    restore(draft);
    photos = unsent(draft.photos);
    tell(`已存 ${clock(draft.savedAt)}`);
  }
  minutes();
  hints();
  form.querySelectorAll("[data-count]").forEach(count);
  draw();
  form.addEventListener("input", () => (minutes(), hints(), later()));
  form.addEventListener("change", (event) => take(event.target));
  // On a slow phone a photo may have been chosen before this file had come.
  form.querySelectorAll("[data-photo-input]").forEach(take);
  form.dispatchEvent(new Event("record-form:ready", { bubbles: true }));
}

function take(input) {
  if (!input.files?.length || input.dataset.photoInput === undefined) return;
  add([...input.files], input.dataset.photoInput || "photo");
  input.value = "";
}

ready = start(document.querySelector("[data-record-form]"));
