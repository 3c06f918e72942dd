/** Image names: what a manifest may say, and the tag it means. Upstream: distribution/reference, parsers.ParseImageName. */
const component = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const domainLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainLabel}(?:\\.${domainLabel})*(?::[0-9]+)?)`;
const pattern = new RegExp(
  `^(?:${domain}/)?${component}(?:/${component})*(:[\\w][\\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9.+_-]*:[0-9a-fA-F]{32,})?$`,
);

/** `nginx` → `nginx:latest`; undefined when it is no image name. */
export function normalizeImage(image: string): string | undefined {
  const match = pattern.exec(image);
  if (!match) return undefined;
  return match[1] || match[2] ? image : `${image}:latest`;
}
