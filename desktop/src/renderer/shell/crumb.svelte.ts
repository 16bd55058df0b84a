/** The name of the thing a page is about, for the top line and the window's title. */
class CrumbName {
  text = $state('');
}

export const crumbName = new CrumbName();
