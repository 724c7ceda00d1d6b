-- Health of pgdb's resources for Argo CD, from the conditions Ready, Stalled and Reconciling.
local function condition(type)
  if obj.status ~= nil and obj.status.conditions ~= nil then
    for _, found in ipairs(obj.status.conditions) do
      if found.type == type then
        return found
      end
    end
  end
  return nil
end

local ready = condition("Ready")
local stalled = condition("Stalled")
local hs = {}

if ready == nil then
  hs.status = "Progressing"
  hs.message = "Waiting for pgdb"
  return hs
end

hs.message = ready.reason .. ": " .. ready.message
local seen = obj.status.observedGeneration
if seen ~= nil and obj.metadata.generation ~= nil and seen ~= obj.metadata.generation then
  hs.status = "Progressing"
  hs.message = "Waiting for pgdb to see the change"
elseif (stalled ~= nil and stalled.status == "True") or ready.reason == "Blocked" then
  hs.status = "Degraded"
elseif ready.status == "True" and obj.metadata.deletionTimestamp == nil then
  hs.status = "Healthy"
else
  hs.status = "Progressing"
end
return hs
