/* A button reads the element that it names in data-reads, in the language of data-language. The browser's own voices do
   it, on the device where it has them; without one for the language the button stays hidden. A second tap stops. */
"use strict";

(() => {
  const synthesis = window.speechSynthesis;
  if (!synthesis || window.portalReadsAloud) return;
  window.portalReadsAloud = true;
  /* Voices are named after countries and larger languages: what is close enough to be understood. */
  const close = { prs: ["prs", "fa-af", "fa"], ckb: ["ckb", "ku-iq"], kmr: ["kmr", "ku-tr", "ku"], ps: ["ps", "pus"] };
  const areas = () => [...document.querySelectorAll("[data-read-aloud]")];
  const voiceFor = (language) => {
    const wanted = close[language] || [language.toLowerCase()];
    const voices = synthesis.getVoices();
    const name = (voice) => voice.lang.toLowerCase().replace("_", "-");
    for (const code of wanted) {
      const found = voices.filter((voice) => name(voice) === code || name(voice).startsWith(`${code}-`));
      if (found.length) return found.find((voice) => voice.localService) || found[0];
    }
    return null;
  };

  const show = () => {
    areas().forEach((area) => {
      area.hidden = !voiceFor(area.querySelector("[data-reads]").dataset.language);
    });
  };
  const silence = () => {
    synthesis.cancel();
    areas().forEach((area) => area.querySelector("[data-reads]").setAttribute("aria-pressed", "false"));
  };
  /* Long texts are cut off by some browsers: each paragraph is an utterance of its own. */
  const paragraphs = (element) => {
    const found = [...element.querySelectorAll("h1, h2, h3, p, li, dt, dd")].filter((item) => !item.querySelector("p, li"));
    return (found.length ? found : [element]).map((item) => item.textContent.trim()).filter(Boolean);
  };
  const read = (button) => {
    const voice = voiceFor(button.dataset.language);
    const element = document.getElementById(button.dataset.reads);
    if (!voice || !element) return;
    button.setAttribute("aria-pressed", "true");
    const said = paragraphs(element).map((text) => {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.9;
      return utterance;
    });
    const last = said[said.length - 1];
    if (last) last.onend = silence;
    said.forEach((utterance) => synthesis.speak(utterance));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reads]");
    if (!button) return;
    const wasReading = button.getAttribute("aria-pressed") === "true";
    silence();
    if (!wasReading) read(button);
  });
  window.addEventListener("pagehide", silence);
  synthesis.addEventListener?.("voiceschanged", show);
  show();
})();
