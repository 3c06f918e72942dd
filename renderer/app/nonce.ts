/** This load's nonce, which the server wrote into the page: styles made at run time carry it, or the policy refuses them. */
export function pageNonce(): string | undefined {
  const element = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return element?.nonce || element?.content || undefined;
}
