/** Blocks of a file for `nft -f`, indented for the inside of a table. */

/** `elements`: `key : verdict`. */
export function map(name: string, type: string, elements: readonly string[]): string {
  return block(`map ${name}`, [`type ${type} : verdict`, ...elementLines(elements)]);
}

export function set(name: string, type: string, elements: readonly string[], intervals = false): string {
  return block(`set ${name}`, [`type ${type}`, ...(intervals ? ['flags interval', 'auto-merge'] : []), ...elementLines(elements)]);
}

function elementLines(elements: readonly string[]): readonly string[] {
  // A key that two Services claim (an external address, say) goes to the first: a second one would make nft refuse the whole table.
  const unique = new Map<string, string>();
  for (const element of elements) {
    const [key = ''] = element.split(' : ');
    if (!unique.has(key)) unique.set(key, element);
  }
  return unique.size === 0 ? [] : [`elements = {\n      ${[...unique.values()].sort().join(',\n      ')}\n    }`];
}

export function chain(name: string, lines: readonly string[]): string {
  return block(`chain ${name}`, lines);
}

function block(head: string, lines: readonly string[]): string {
  return `  ${head} {\n${lines.map((line) => `    ${line}\n`).join('')}  }`;
}
