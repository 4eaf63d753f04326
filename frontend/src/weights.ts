// Weights by class in the scheme editor: the sum of each profile follows what is typed, before it is stored.
type Parts = { above: bigint; below: bigint };

/** Read 30%, 0.3 or 1/3 as an exact fraction; null where it is none of them. */
function share(text: string): Parts | null {
  const found = /^(\d+)(?:\.(\d{1,6}))?\s*(%?)$|^(\d+)\/([1-9]\d*)$/.exec(text.trim());
  if (!found) return null;
  if (found[4]) return { above: BigInt(found[4]), below: BigInt(found[5]) };
  const digits = found[2] ?? "";
  const below = 10n ** BigInt(digits.length) * (found[3] ? 100n : 1n);
  return { above: BigInt(found[1] + digits), below };
}

function sum(texts: string[]): Parts | null {
  let total: Parts = { above: 0n, below: 1n };
  for (const text of texts) {
    const one = share(text);
    if (!one) return null;
    total = { above: total.above * one.below + one.above * total.below, below: total.below * one.below };
  }
  return total;
}

/** Write a fraction as per cent with at most four decimals, as the page does. */
function percent(of: Parts): string {
  const scaled = (of.above * 2_000_000n + of.below) / (2n * of.below);
  const text = scaled.toString().padStart(5, "0");
  return `${text.slice(0, -4)}.${text.slice(-4)}`.replace(/\.?0+$/, "") + " %";
}

document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  const table = field.closest<HTMLTableElement>("[data-weights]");
  const column = field.dataset?.column;
  const output = table?.querySelector<HTMLOutputElement>(`[data-sum="${column}"]`);
  if (!table || !output) return;
  const texts = [...table.querySelectorAll<HTMLElement>("tr[data-counts]")].map((row) => {
    const typed = row.querySelector<HTMLInputElement>(`[data-column="${column}"]`)?.value.trim();
    return typed || (row.dataset.counts ?? "");
  });
  const total = sum(texts);
  const whole = total !== null && total.above === total.below;
  output.textContent = total ? percent(total) : "?";
  output.className = whole ? "pl-sum-whole" : "pl-sum-off";
});
