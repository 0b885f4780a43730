// A program of a user, in a process of its own: it lists the projects, and tells how often a person was asked to log in.
import { createFlyteClient } from '../dist/index.js'

const asked = []
const flyte = await createFlyteClient({ onEvent: ({ type }) => type === 'login.browser' && asked.push(type) })
const { projects } = await flyte.admin.listProjects()
console.log(JSON.stringify({ projects: projects.length, asked: asked.length }))
