// A page that lists the projects of Flyte Admin. It holds no token and needs no CORS: it asks the server that it came from.
const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Projects</title>
<p id="who"></p>
<ul id="projects"></ul>
<form method="post" action="/login?redirect_url=/"><button>Log in</button></form>
<form method="post" action="/logout"><button>Log out</button></form>
<script type="module">
  const user = await (await fetch('/whoami')).json()
  document.getElementById('who').textContent = user === null ? 'Nobody is logged in' : user.name ?? user.subject
  if (user !== null) {
    const { projects } = await (await fetch('/api/v1/projects', { headers: { accept: 'application/json' } })).json()
    for (const { name } of projects) document.getElementById('projects').appendChild(document.createElement('li')).textContent = name
  }
</script>
</html>
`

export const page = () => new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } })
