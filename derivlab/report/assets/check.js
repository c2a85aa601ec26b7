// Marks, buttons and panels of checked claims: hover tells, click, tap, Enter or Space opens, Escape closes.
(function () {
  "use strict";
  var tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.appendChild(tip);

  function button(claim) { return document.getElementById("b-" + claim); }
  function panel(claim) { return document.getElementById("p-" + claim); }
  function toggle(claim, open) {
    var control = button(claim), below = panel(claim);
    if (!control || !below) return;
    var show = open === undefined ? below.hidden : open;
    below.hidden = !show;
    control.setAttribute("aria-expanded", String(show));
    light(claim, show);
  }
  function light(claim, on) {
    var marks = document.querySelectorAll('.katex-html [data-claim="' + claim + '"]');
    for (var i = 0; i < marks.length; i++) marks[i].classList.toggle("lit", on);
  }
  function tell(claim, place) {
    var control = button(claim);
    if (!control) return;
    tip.textContent = control.getAttribute("data-told");
    tip.className = control.getAttribute("data-verdict");
    tip.hidden = false;
    var box = place.getBoundingClientRect(), left = box.left + box.width / 2 - tip.offsetWidth / 2;
    left = Math.max(8, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 8));
    var top = box.top - tip.offsetHeight - 8;
    tip.style.left = left + window.scrollX + "px";
    tip.style.top = (top < 4 ? box.bottom + 8 : top) + window.scrollY + "px";
  }
  function hush() { tip.hidden = true; }

  // The `=` in a formula is for the pointer; the button after the formula is for everyone.
  var marks = document.querySelectorAll(".katex-html [data-claim]");
  for (var i = 0; i < marks.length; i++) {
    (function (mark) {
      var claim = mark.getAttribute("data-claim"), control = button(claim);
      if (!control) return;
      mark.classList.add("mark", control.getAttribute("data-verdict"));
      mark.addEventListener("mouseenter", function () { tell(claim, mark); });
      mark.addEventListener("mouseleave", hush);
      mark.addEventListener("click", function () { hush(); toggle(claim); });
    })(marks[i]);
  }
  var buttons = document.querySelectorAll("button[data-claim]");
  for (var j = 0; j < buttons.length; j++) {
    (function (control) {
      var claim = control.getAttribute("data-claim");
      control.addEventListener("click", function () { hush(); toggle(claim); });
      control.addEventListener("mouseenter", function () { tell(claim, control); light(claim, true); });
      control.addEventListener("mouseleave", function () { hush(); light(claim, !panel(claim).hidden); });
      control.addEventListener("focus", function () {
        light(claim, true);
        if (control.matches(":focus-visible")) tell(claim, control);
      });
      control.addEventListener("blur", function () { hush(); light(claim, !panel(claim).hidden); });
    })(buttons[j]);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    hush();
    var open = event.target.closest ? event.target.closest(".panel") : null;
    var claim = open ? open.id.slice(2) : event.target.getAttribute && event.target.getAttribute("data-claim");
    if (claim) { toggle(claim, false); button(claim).focus(); }
  });
  function arrived() {
    var claim = /^#b-(c[0-9]+)$/.exec(location.hash);
    if (claim) { toggle(claim[1], true); button(claim[1]).focus(); hush(); }
  }
  var all = document.getElementById("open-all");
  if (all) all.addEventListener("click", function () {
    var open = all.getAttribute("aria-pressed") !== "true";
    all.setAttribute("aria-pressed", String(open));
    all.textContent = open ? "close all" : "open all";
    for (var k = 0; k < buttons.length; k++) toggle(buttons[k].getAttribute("data-claim"), open);
  });
  window.addEventListener("hashchange", arrived);
  arrived();
})();
