/** Where a result is written until it is complete. */
export function partPath(outputPath: string): string {
  return `${outputPath}.part`;
}
