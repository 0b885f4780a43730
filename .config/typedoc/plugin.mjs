// What the documentation does beyond TypeDoc's own: see each file.
import { drawDiagrams } from './diagrams.mjs'
import { requireDocumentation } from './documented.mjs'
import { groupByUse } from './group-by-use.mjs'
import { addGuides } from './guides.mjs'

/** @param {import('typedoc').Application} application */
export function load(application) {
  groupByUse(application)
  addGuides(application)
  requireDocumentation(application)
  drawDiagrams(application)
}
