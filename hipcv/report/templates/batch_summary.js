"use strict";
(() => {
  const body = document.querySelector("#clips tbody");
  const rows = [...body.rows];
  const heads = [...document.querySelectorAll("#clips thead th")];
  const filters = [...document.querySelectorAll(".filter")];
  const find = document.querySelector("#find");
  const shown = document.querySelector("#shown");
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function filter() {
    const wanted = new Set(
      filters.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.status),
    );
    const sought = find.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits = wanted.has(row.dataset.status) && row.textContent.toLowerCase().includes(sought);
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === rows.length ? "" : `${count} of ${rows.length} rows`;
  }

  function sort(column, kind, way) {
    const text = (row) => row.cells[column].textContent.trim();
    const value = (row) => row.cells[column].dataset.value;
    const compare = (a, b) => {
      const [left, right] = kind === "number" ? [value(a), value(b)] : [text(a), text(b)];
      if (left === "" || right === "") return (left === "") - (right === "");  // absent is last
      return way * (kind === "number" ? left - right : words.compare(left, right));
    };
    body.append(...[...rows].sort(compare));
  }

  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, head.dataset.kind, down ? -1 : 1);
    });
  });
  filters.forEach((button) => {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
      filter();
    });
  });
  find.addEventListener("input", filter);
  filter();
})();
