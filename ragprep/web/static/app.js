// What htmx does not reach. Every page works without this file.
"use strict";

// -- citations: Escape hides a source, a tap shows it before it leads to the entry

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const cite of document.querySelectorAll(".cite:hover, .cite:focus-within")) {
    cite.classList.add("closed");
  }
});

for (const leaving of ["mouseout", "focusout"]) {
  document.addEventListener(leaving, (event) => {
    const cite = event.target.closest?.(".cite");
    if (cite && !cite.contains(event.relatedTarget)) cite.classList.remove("closed");
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".cite > a");
  if (!link || event.pointerType !== "touch") return;
  const source = link.nextElementSibling;
  if (!source || link.dataset.tapped) return;
  event.preventDefault();
  link.dataset.tapped = "yes";
  link.focus();
  link.addEventListener("blur", () => delete link.dataset.tapped, { once: true });
});

// -- Ask: the field is free for the next question once there is an answer, and problems are gone

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement: form, response } = event.detail.ctx;
  if (form.id !== "ask" || !response?.raw.ok) return;
  for (const problem of document.querySelectorAll("#thread > .bad")) problem.remove();
  const field = form.elements.question;
  field.value = "";
  field.placeholder = "and what are the benefits?";
  field.focus({ preventScroll: true });
  document.querySelector("#thread > :last-child")?.scrollIntoView({ block: "start" });
});

// -- drafts: what is typed into a field with data-draft is still there when the page is opened again

const draftKey = (field) => `draft:${field.dataset.draft}`;

for (const field of document.querySelectorAll("[data-draft]")) {
  field.value ||= localStorage.getItem(draftKey(field)) ?? "";
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset?.draft) localStorage.setItem(draftKey(target), target.value);
});

// -- Guides: a file dropped on the form is the one that is sent

for (const form of document.querySelectorAll(".drop")) {
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
    });
  }
  form.addEventListener("drop", ({ dataTransfer }) => {
    if (!dataTransfer.files.length) return;
    form.elements.file.files = dataTransfer.files;
    form.requestSubmit();
  });
}
