"use strict";
(() => {
  const body = document.querySelector("#clips tbody");
  const rows = [...body.rows];
  const heads = [...document.querySelectorAll("#clips thead th")];
  const statusButtons = [...document.querySelectorAll(".filter")];
  const search = document.querySelector("#find");
  const countLabel = document.querySelector("#shown");
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

  function filter() {
    const pressed = statusButtons.filter((button) => button.getAttribute("aria-pressed") === "true");
    const statuses = new Set(pressed.map((button) => button.dataset.status));
    const query = search.value.trim().toLowerCase();
    for (const row of rows) {
      row.hidden = !statuses.has(row.dataset.status) || !row.textContent.toLowerCase().includes(query);
    }
    const count = rows.filter((row) => !row.hidden).length;
    countLabel.textContent = count === rows.length ? "" : countLabel.dataset.text.replace("{count}", count).replace("{total}", rows.length);
  }

  function sort(column, kind, sign) {
    const text = (row) => row.cells[column].textContent.trim();
    const number = (row) => row.cells[column].dataset.value;
    const key = kind === "number" ? number : text;
    body.append(...[...rows].sort((one, other) => {
      const [a, b] = [key(one), key(other)];
      if (a === "" || b === "") return (a === "") - (b === "");  // absent values last
      return sign * (kind === "number" ? a - b : collator.compare(a, b));
    }));
  }

  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      sort(column, head.dataset.kind, descending ? -1 : 1);
    });
  });
  for (const button of statusButtons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  search.addEventListener("input", filter);
  filter();
})();
