/* Enhancements only: every page works without this file. */
"use strict";

(() => {
  if (window.DKFDS) {
    window.DKFDS.init();
  }

  /* A form is sent once, however often the button is pressed. */
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  /* Language rows: show one empty row more when all are in use. */
  document.querySelectorAll("[data-language-rows]").forEach((group) => {
    const rows = [...group.querySelectorAll("[data-language-row]")];
    const button = group.querySelector("[data-add-language]");
    const filled = (row) => [...row.querySelectorAll("select")].some((select) => select.value);
    const update = () => {
      button.hidden = rows.every((row) => !row.hidden);
    };
    rows.forEach((row, index) => {
      row.hidden = index > 0 && !filled(row);
    });
    button.addEventListener("click", () => {
      const next = rows.find((row) => row.hidden);
      if (next) {
        next.hidden = false;
        next.querySelector("select").focus();
      }
      update();
    });
    update();
  });
})();
