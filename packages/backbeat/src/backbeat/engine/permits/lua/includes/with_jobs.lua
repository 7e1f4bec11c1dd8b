--- with_jobs: a reply, and after it the jobs whose turn has come.

local function with_jobs(reply, jobs)
  for i = 1, #jobs do
    reply[#reply + 1] = jobs[i]
  end
  return reply
end
