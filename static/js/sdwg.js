/* Small helps. Every page works without them. */

/* A refused form: the summary takes the focus, so that it is read first. */
document.querySelector("[data-focus]")?.focus();

/* What htmx puts in place of something is announced once, when its words have changed. */
const announcement = document.getElementById("announcement");
document.body.addEventListener("htmx:load", (event) => {
  const words = event.detail.elt.dataset?.announce;
  if (announcement && words && announcement.textContent !== words) announcement.textContent = words;
});

/* The phone's menu closes with Escape and gives the focus back. */
const menu = document.querySelector(".menu");
menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* A passkey that did not answer is said in words. The event comes from the account pages' own script. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.createElement("p");
  words.className = "notice notice-warning";
  words.setAttribute("role", "alert");
  words.textContent = "The passkey or security key did not answer. Try again, or use another way.";
  document.querySelector("#content [role=alert].notice")?.remove();
  document.querySelector("#content h1")?.after(words);
});
