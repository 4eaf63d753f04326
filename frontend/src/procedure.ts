// Keys of the procedure editor: with the focus inside a step, Alt and the arrows move it. The buttons do the same without this.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const step = (event.target as Element | null)?.closest<HTMLElement>("[data-step]");
  const button = step?.querySelector<HTMLButtonElement>(`[data-move="${event.key === "ArrowUp" ? "up" : "down"}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// After a move the page comes back at the step: it takes the focus, so that the next key moves it on.
const moved = location.hash.startsWith("#step-") ? document.getElementById(location.hash.slice(1)) : null;
moved?.focus();
