import type { Domain, Project } from '@flyte-js/idl'
import type { ListView, OneView } from '../output/print.js'

/** Projects, with flytectl's columns. */
export const projectView: ListView<Project> & OneView<Project> = {
  columns: [
    { title: 'ID', value: ({ id }) => id },
    { title: 'NAME', value: ({ name }) => name },
    { title: 'DESCRIPTION', value: ({ description }) => description, maxWidth: 60 },
    { title: 'STATE', value: ({ state }) => state, isWide: true },
    { title: 'DOMAINS', value: domainsOf, isWide: true },
    { title: 'LABELS', value: labelsOf, isWide: true },
  ],
  fields: (project) => [
    ['ID', project.id],
    ['Name', project.name],
    ['Description', project.description],
    ['State', project.state],
    ['Domains', domainsOf(project)],
    ['Labels', labelsOf(project)],
  ],
  nameOf: ({ id }) => id,
}

/** Domains. */
export const domainView: ListView<Domain> & OneView<Domain> = {
  columns: [
    { title: 'ID', value: ({ id }) => id },
    { title: 'NAME', value: ({ name }) => name },
  ],
  fields: ({ id, name }) => [
    ['ID', id],
    ['Name', name],
  ],
  nameOf: ({ id }) => id,
}

function domainsOf({ domains }: Project): string {
  return domains.map(({ id }) => id).join(', ')
}

function labelsOf({ labels }: Project): string {
  return Object.entries(labels?.values ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
