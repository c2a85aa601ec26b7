// Sets every formula: elements with `data-tex` hold its source as text, so the page reads without scripts too.
(function () {
  "use strict";
  // Marks are \htmlData{claim=...} that derivlab wrote itself; nothing else may touch the page.
  function trusted(context) {
    return context.command === "\\htmlData" && Object.keys(context.attributes).length === 1 &&
      /^c[0-9]+$/.test(context.attributes["data-claim"] || "");
  }
  var store = document.getElementById("macros");
  var macros = store ? JSON.parse(store.textContent) : {};
  function set(element, tex, marked) {
    var options = {
      displayMode: element.hasAttribute("data-display"),
      throwOnError: true,
      strict: "ignore",
      trust: marked ? trusted : false,
      errorColor: "currentColor",
      maxSize: 20,
      maxExpand: 1000,
      macros: macros,
      globalGroup: true
    };
    // into a scratch element: a formula that fails half-way leaves the source standing
    var scratch = document.createElement("span");
    katex.render(tex, scratch, options);
    element.textContent = "";
    while (scratch.firstChild) element.appendChild(scratch.firstChild);
    element.classList.add("set");
  }
  var formulas = document.querySelectorAll("[data-tex]");
  for (var i = 0; i < formulas.length; i++) {
    var element = formulas[i], marked = element.getAttribute("data-marked");
    var tries = marked === null ? [] : [[marked, true]];
    tries.push([element.getAttribute("data-tex") || element.textContent, false]);
    while (tries.length) {
      var attempt = tries.shift();
      try { set(element, attempt[0], attempt[1]); break; } catch (error) {
        if (!tries.length) { element.classList.add("unset"); element.title = "this formula could not be set"; }
      }
    }
  }
  // A wide formula or table scrolls by itself, and then the keyboard must reach it.
  var wide = document.querySelectorAll(".display, .scroll");
  for (var k = 0; k < wide.length; k++) {
    if (wide[k].scrollWidth > wide[k].clientWidth + 1) {
      wide[k].tabIndex = 0;
      wide[k].setAttribute("role", "group");
      wide[k].setAttribute("aria-label", "scrolls sideways");
    }
  }
})();
