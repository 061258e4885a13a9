// Every page works without this file. It tells the style sheets that scripts run, and starts both kits.
import { initAll as startGovuk, isSupported } from "./govuk-frontend.min.js";
import { initAll as startMoj } from "./moj-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
if (isSupported()) {
  startGovuk();
  startMoj();
}

// Where a page tells how far some work is, it looks again by itself and says so to those who listen.
for (const part of document.querySelectorAll("[data-looks-again]")) {
  part.setAttribute("aria-live", "polite");
  const look = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (answer === null || !answer.ok) return setTimeout(look, 10000);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(part.id);
    if (now === null || !now.hasAttribute("data-looks-again")) return location.reload();
    if (now.innerHTML !== part.innerHTML) part.innerHTML = now.innerHTML;
    setTimeout(look, 5000);
  };
  setTimeout(look, 5000);
}
