import * as z from 'zod';

export const jobParams = z.object({
  id: z.string().min(1).max(120).describe('Id, or an unambiguous beginning of one'),
});
