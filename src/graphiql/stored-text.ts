/** The keys under which GraphiQL stores the history, its favourites and the tabs: JSON with the request headers of each operation. */
const withHeaders = /^graphiql:(?:queries|favorites|tabState)$/;

/**
 * Removes what must not outlive the page from a text that GraphiQL stores under `name`: the texts of the headers editor, which may have
 * credentials, and the page's own key. Null: store nothing.
 */
export function withoutSecrets(name: string, text: string, key: string | null): string | null {
  if (name === 'graphiql:headers') return null;
  const plain = withHeaders.test(name) ? withoutHeaders(text) : text;
  return key === null ? plain : plain.replaceAll(key, '');
}

function withoutHeaders(text: string): string {
  if (!text.includes('"headers"')) return text;
  try {
    // `variables` is a string in these texts, so no variable is lost that has this name.
    return JSON.stringify(JSON.parse(text), (name, value) =>
      name === 'headers' && typeof value === 'string' ? undefined : value,
    );
  } catch {
    return '';
  }
}
