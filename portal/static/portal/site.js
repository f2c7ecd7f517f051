/* Enhancements only: every page works without this file. The design system's own script (20 kB) is not needed. */
"use strict";

(() => {
  /* A form that came back is read from its errors. */
  document.querySelector("[data-error-summary]")?.focus();

  /* On the phone a wide table becomes a list; each cell then shows the heading of its column. */
  document.querySelectorAll("table.table--responsive-headers").forEach((table) => {
    const headings = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
    table.querySelectorAll("tbody tr").forEach((row) => {
      [...row.cells].forEach((cell, index) => {
        if (!cell.dataset.title && headings[index]) cell.dataset.title = headings[index];
      });
    });
  });

  /* A form is sent once, however often the button is pressed; after a few seconds it may be sent again. */
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
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
