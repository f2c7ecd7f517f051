/* While the weights are typed: their sum and the picture follow. The page works without this file. */
"use strict";

document.querySelectorAll("[data-weights]").forEach((form) => {
  const fields = [...form.querySelectorAll("input[data-part]")];
  const live = form.querySelector("[data-live]");
  const sum = form.querySelector("[data-sum]");
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });
  const typed = (field) => Math.max(Number.parseInt(field.value, 10) || 0, 0);

  const update = () => {
    const total = fields.reduce((all, field) => all + typed(field), 0);
    const scale = 100 / Math.max(total, 100);
    let start = 0;
    fields.forEach((field) => {
      const rect = form.querySelector(`[data-rect="${field.dataset.part}"]`);
      rect.setAttribute("x", start * scale);
      rect.setAttribute("width", typed(field) * scale);
      start += typed(field);
    });
    const off = 100 - total;
    live.classList.toggle("is-off", off !== 0);
    if (off === 0) sum.textContent = sum.dataset.exact;
    else sum.textContent = `${off > 0 ? sum.dataset.left : sum.dataset.over} ${number.format(Math.abs(off))}`;
  };

  form.addEventListener("input", update);
  live.hidden = false;
  update();
});
