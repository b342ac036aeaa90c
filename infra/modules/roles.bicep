@description('Every right in the system, each on one resource. What is not here is not allowed.')
param appPrincipalId string

@description('A developer who works against this environment; empty for none.')
param developerPrincipalId string

param communicationPrincipalId string
param storageTopicPrincipalId string
param communicationTopicPrincipalId string

param storageName string
param deadLetterContainer string
param recordingsContainer string
param schedulerName string
param taskHubName string
param openaiName string
param speechName string
param documentsName string
param communicationName string
param pushName string
param announcementsTopicName string
param insightsName string

// name -> id, as published
var roles = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // host storage, deployment package
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // our containers
  blobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a' // keys that short-lived links are signed with
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // blob triggers, their poison
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // the host's diagnostics
  durableTask: '0ad04412-c4d5-4796-b79c-f76d14c8d402' // workflows, as client and worker
  openaiUser: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd' // the language model
  speechUser: 'f2dc8367-1007-4938-bd23-fe263f013447' // recognition, voices, tokens for browsers
  cognitiveUser: 'a97b65f3-24c7-4388-baec-2e87135dc908' // Document Intelligence; speech inside calls
  communicationOwner: '09976791-48a7-449e-bb21-39d1a415f350' // calls, identities, letters
  pushOwner: '12cf5a90-567b-43ae-8102-96cf46c7d9b4' // Web PubSub: tokens and messages
  eventSender: 'd5a91429-5739-47e2-a06b-3470a27159e7' // announcements
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' // telemetry
}

var people = empty(developerPrincipalId) ? [] : [developerPrincipalId]
var storageRolesOfTheApp = [roles.blobOwner, roles.blobDelegator, roles.queueContributor, roles.tableContributor]

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = {
      name: deadLetterContainer
    }

    resource recordings 'containers' existing = {
      name: recordingsContainer
    }
  }
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' existing = {
  name: schedulerName

  resource hub 'taskHubs' existing = {
    name: taskHubName
  }
}

resource openai 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {
  name: openaiName
}

resource speech 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {
  name: speechName
}

resource documents 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {
  name: documentsName
}

resource communication 'Microsoft.Communication/communicationServices@2023-04-01' existing = {
  name: communicationName
}

resource push 'Microsoft.SignalRService/webPubSub@2024-03-01' existing = {
  name: pushName
}

resource announcements 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: announcementsTopicName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource appOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRolesOfTheApp: {
    name: guid(storage.id, appPrincipalId, role)
    scope: storage
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource callsOnRecordings 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage::blobs::recordings.id, communicationPrincipalId, roles.blobContributor)
  scope: storage::blobs::recordings
  properties: {
    principalId: communicationPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
  }
}

resource topicsOnDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in [storageTopicPrincipalId, communicationTopicPrincipalId]: {
    name: guid(storage::blobs::deadLetters.id, principal, roles.blobContributor)
    scope: storage::blobs::deadLetters
    properties: {
      principalId: principal
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
    }
  }
]

resource appOnHub 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler::hub.id, appPrincipalId, roles.durableTask)
  scope: scheduler::hub
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTask)
  }
}

resource appOnOpenai 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(openai.id, appPrincipalId, roles.openaiUser)
  scope: openai
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.openaiUser)
  }
}

resource appOnSpeech 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(speech.id, appPrincipalId, roles.speechUser)
  scope: speech
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.speechUser)
  }
}

resource callsOnSpeech 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(speech.id, communicationPrincipalId, roles.cognitiveUser)
  scope: speech
  properties: {
    principalId: communicationPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.cognitiveUser)
  }
}

resource appOnDocuments 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(documents.id, appPrincipalId, roles.cognitiveUser)
  scope: documents
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.cognitiveUser)
  }
}

resource appOnCommunication 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, appPrincipalId, roles.communicationOwner)
  scope: communication
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.communicationOwner)
  }
}

resource appOnPush 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(push.id, appPrincipalId, roles.pushOwner)
  scope: push
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.pushOwner)
  }
}

resource appOnAnnouncements 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(announcements.id, appPrincipalId, roles.eventSender)
  scope: announcements
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventSender)
  }
}

resource appOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, appPrincipalId, roles.metricsPublisher)
  scope: insights
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
  }
}

// a developer may look into the hub and try the model; people's files stay closed to them
resource peopleOnHub 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for person in people: {
    name: guid(scheduler::hub.id, person, roles.durableTask)
    scope: scheduler::hub
    properties: {
      principalId: person
      principalType: 'User'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTask)
    }
  }
]

resource peopleOnOpenai 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for person in people: {
    name: guid(openai.id, person, roles.openaiUser)
    scope: openai
    properties: {
      principalId: person
      principalType: 'User'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.openaiUser)
    }
  }
]
