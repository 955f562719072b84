// A little comfort; every page works without it. Nothing is sent anywhere.
(() => {
  "use strict";
  const vi = document.documentElement.lang === "vi";

  // "/" leads to the search box, as readers know it from elsewhere.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLElement && event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    document.getElementById("q")?.focus();
  });

  // Addresses of feeds can be copied by a click.
  for (const link of document.querySelectorAll("a.feed")) {
    if (!navigator.clipboard) break;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = vi ? "Chép" : "Copy";
    button.setAttribute("aria-label", `${button.textContent}: ${link.textContent}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(link.href);
      button.textContent = vi ? "Đã chép" : "Copied";
    });
    link.after(" ", button);
  }

  // "Today" remembers on this machine, for each choice of departments, up to where it was read.
  const visit = document.getElementById("visit");
  if (visit) {
    const chosen = new URLSearchParams(location.search);
    const isSince = chosen.has("since");
    chosen.delete("since");
    chosen.delete("lang");
    const key = `tintinh today ${chosen}`;
    try {
      const seen = localStorage.getItem(key);
      if (seen && !isSince && Number(seen) < Number(visit.dataset.seq)) {
        const address = new URL(location.href);
        address.searchParams.set("since", seen);
        const link = document.createElement("a");
        link.href = address;
        link.textContent = visit.dataset.since;
        visit.append(" · ", link);
      }
      localStorage.setItem(key, visit.dataset.seq);
    } catch {
      // A browser that keeps nothing shows the last day, as without this script.
    }
  }
})();
