import * as z from 'zod';

/**
 * Cookies know no ports [RFC 6265 §8.5]: a browser hands the session's cookie to every program of the hub's host. So a
 * session is good together with its origin key only: a secret in the storage of our pages, which browsers keep apart by
 * scheme, host and port. Pages show it with every call, in this header;
 */
export const originKeyHeader = 'meshdeck-origin-key';
/** as a subprotocol beside `mqtt` where they open a WebSocket, which takes no headers from pages; */
export const originKeyProtocol = 'meshdeck.origin-key.';
/** and on links, which take none either, as a signature of the address: `linkSignature`, last in the query. */
export const linkSignatureParam = 'signature';

/** 256 random bits, base64url. Looked at in every call of a page, so there is a pattern beside the schema. */
export const originKeyPattern = /^[\w-]{43}$/;
export const originKeySchema = z.string().regex(originKeyPattern, 'must be 43 letters of base64url');

/** What a page holds in its `<head>` where a person opened its address by hand, not a page of somebody else. */
export const openedByHandName = 'meshdeck-opened-by-hand';
