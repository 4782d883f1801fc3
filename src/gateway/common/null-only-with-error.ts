/** Options of a field that is nullable only so that its failure leaves the values of its neighbours. */
export function nullOnlyWithError(description: string) {
  return { nullable: true, description: `${description} It is null only with an error.` } as const;
}
