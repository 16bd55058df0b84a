/** The name of the thing a page is about, for the top bar and the window's title. */
class Breadcrumb {
  text = $state('');
}

export const breadcrumb = new Breadcrumb();
