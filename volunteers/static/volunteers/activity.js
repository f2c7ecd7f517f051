/* A homework café is help with homework: the usual task of the kind is ticked until somebody ticks another. The page
   works without this file. */
"use strict";

document.querySelectorAll("[data-usual-tasks]").forEach((part) => {
  const usual = JSON.parse(part.dataset.usualTasks);
  const tasks = [...part.querySelectorAll('input[name="tasks"]')];
  let untouched = !tasks.some((task) => task.checked);

  part.addEventListener("change", (event) => {
    if (event.target.name === "tasks") untouched = false;
  });
  document.querySelectorAll('input[name="kind"]').forEach((kind) => {
    kind.addEventListener("change", () => {
      if (!untouched) return;
      tasks.forEach((task) => {
        task.checked = task.value === usual[kind.value];
      });
    });
  });
});
