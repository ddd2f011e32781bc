// The answering page: reads the questions aloud where the phone can, and keeps the answers when the network is gone.

const form = document.querySelector("[data-survey]");
const strip = document.querySelector("[data-offline]");

// --- aloud --------------------------------------------------------------------------------------------------------
const button = document.querySelector("[data-read]");
const voice = window.speechSynthesis;
if (button && voice && window.SpeechSynthesisUtterance) {
  button.hidden = false;
  button.addEventListener("click", () => (voice.speaking ? voice.cancel() : readFrom(0)));
}

function readFrom(place) {
  const questions = [...document.querySelectorAll("[data-question]")];
  questions.forEach((one) => one.removeAttribute("data-reading"));
  const question = questions[place];
  if (!question) return;
  question.setAttribute("data-reading", "");
  question.scrollIntoView({ block: "center" });
  const said = new SpeechSynthesisUtterance([...question.querySelectorAll("legend, .sv-lab, .sv-opts span")].map((one) => one.textContent.trim()).join("。"));
  said.lang = "zh-CN";
  said.rate = 0.85;
  said.onend = () => readFrom(place + 1);
  voice.cancel();
  voice.speak(said);
}

// --- sending ------------------------------------------------------------------------------------------------------
// The answers stay in the form until the server has them; sending twice is one answer, so trying again is safe.
form?.addEventListener("submit", async (event) => {
  if (form.dataset.through) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (answer.redirected) location.replace(answer.url);
    else again();
  } catch {
    strip.hidden = false;
    strip.scrollIntoView({ block: "start" });
  } finally {
    delete form.dataset.busy;
  }
}, true);

// Something is missing: let the browser send it itself and show the page with what to mend.
function again() {
  form.dataset.through = "1";
  form.requestSubmit();
}

addEventListener("online", () => { if (strip) strip.hidden = true; });
