// Makes elements. Texts become text nodes and never HTML, so what Flyte Admin answers cannot become a part of the page.

/** What an element can hold; `undefined` and `false` are left out. */
export type Child = Node | string | undefined | false

/** Attributes by name; `true` sets one without a value, `undefined` and `false` leave it out. Functions listen to the event of that name. */
export type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>

/** Makes an element with attributes and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(attribute, value)
    else if (value !== undefined && value !== false) made.setAttribute(attribute, value === true ? '' : String(value))
  }
  made.append(...children.filter((child) => child !== undefined && child !== false))
  return made
}
