// Every page works without this file. It tells the style sheets that scripts run, and starts both kits.
import { initAll as startGovuk, isSupported } from "./govuk-frontend.min.js";
import { initAll as startMoj } from "./moj-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
if (isSupported()) {
  startGovuk();
  startMoj();
}
