/** One observer for all elements that want to know of their size: a table has hundreds. */
const listeners = new WeakMap<Element, () => void>();
let observer: ResizeObserver | undefined;

/** Calls `listener` once at the beginning and at each change of the element's size, after layout. Returns what ends it. */
export function onResize(element: Element, listener: () => void): () => void {
  observer ??= new ResizeObserver((entries) => {
    for (const { target } of entries) listeners.get(target)?.();
  });
  listeners.set(element, listener);
  observer.observe(element);
  return () => {
    listeners.delete(element);
    observer?.unobserve(element);
  };
}
