// Uploads a file in a process of its own, and prints the most memory that it ever had, in bytes.
import { uploadFile } from '@flyte-js/admin/node'

const [path, signed_url] = process.argv.slice(2)
const location = { signed_url, native_url: 's3://bucket/a', expires_at: null, headers: {} }
const client = { dataProxy: { createUploadLocation: async () => location } }
const { md5 } = await uploadFile(client, { path, project: 'flytesnacks', domain: 'development' })
console.log(JSON.stringify({ md5, peak: process.resourceUsage().maxRSS * 1024 }))
