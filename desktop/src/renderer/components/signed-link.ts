import { createAttachmentKey } from 'svelte/attachments';
import { signLink } from '../api/sign-link.js';

/**
 * For an `<a>` that leads to a file of ours (`path` as the API names it): `<a {...signedLink(path)} download>`. It has no
 * address until that is signed: followed before, it would lead to a refusal.
 */
export function signedLink(path: string) {
  return {
    [createAttachmentKey()](link: HTMLAnchorElement) {
      let isWanted = true;
      link.removeAttribute('href');
      void signLink(path).then((href) => {
        if (isWanted) link.href = href;
      });
      return () => {
        isWanted = false;
      };
    },
  };
}
