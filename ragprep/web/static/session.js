// Practice and mock interview: keys, the timer, and drafts. The pages work without this file.
"use strict";

const form = document.querySelector("form[data-session]");
const answer = form.querySelector("textarea");

// -- keys, as in the terminal; only while the focus is in the form, and not in its text

form.addEventListener("keydown", (event) => {
  if (event.target === answer) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    } else if (event.key === "Escape") {
      form.querySelector(".commands button").focus();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const wanted = event.key.toLowerCase();
  for (const item of form.querySelectorAll("[data-key]")) {
    if (!item.dataset.key.split(" ").includes(wanted)) continue;
    event.preventDefault();
    if (item.tagName === "DETAILS") item.open = !item.open;
    else form.requestSubmit(item);
    return;
  }
});
for (const text of form.querySelectorAll("[data-script]")) text.hidden = false;

// -- the timer: counted here from what the server said, in whole seconds

const begun = performance.now();

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

setInterval(() => {
  const passed = Math.floor((performance.now() - begun) / 1000);
  for (const timer of form.querySelectorAll("[data-seconds]")) {
    timer.textContent = clock(Number(timer.dataset.seconds) + passed);
  }
  for (const timer of form.querySelectorAll("[data-left]")) {
    const left = Math.max(0, Number(timer.dataset.left) - passed);
    timer.textContent = left ? `${clock(left)} left` : "The time is up";
  }
}, 1000);

// -- drafts: kept by the server every few seconds, when the page is left, and before a form is sent,
//    for a browser that gets no answer to a form shows a page of its own in place of what was written

if (answer) {
  const status = form.querySelector("[data-kept]");
  let kept = answer.defaultValue; // more may have been typed before this ran
  let sent = false;

  const draft = () => new URLSearchParams({ step: form.elements.step.value, answer: answer.value });

  // Return whether a form may be sent: what is written is kept, or the page is out of date, and
  // the answer to the form will give it back.
  const keep = async () => {
    const text = answer.value;
    if (text === kept) return true;
    let problem = "ragprep does not answer.";
    try {
      const headers = { "HX-Request": "true" }; // a problem is told in a part of a page
      const reply = await fetch(form.dataset.session, { method: "POST", headers, body: draft() });
      if (reply.status === 410) return true;
      if (reply.ok) {
        kept = text;
        status.textContent = "Kept.";
        return true;
      }
      const told = new DOMParser().parseFromString(await reply.text(), "text/html").body;
      problem = told.textContent.trim().replace(/\s+/g, " ");
    } catch {
      // it stays at that
    }
    status.textContent = `Not kept: ${problem} Copy what you wrote before you leave.`;
    return false;
  };

  answer.addEventListener("input", () => { status.textContent = ""; });
  setInterval(() => { if (!sent) keep(); }, 3000);
  window.addEventListener("pagehide", () => {
    if (!sent && answer.value !== kept) navigator.sendBeacon(form.dataset.session, draft());
  });
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (sent || answer.value === kept) {
      sent = true;
      return;
    }
    event.preventDefault();
    if (!(await keep())) return;
    sent = true;
    form.requestSubmit(button);
  });
}
