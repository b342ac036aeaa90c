// Everything the app needs in Azure, without a key. This file wires; the modules declare.
targetScope = 'subscription'

@description('The name of this environment, which is part of every name.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Where it runs. Data of people stays there.')
@metadata({ azd: { type: 'location' } })
param location string

@description('staging or production: what the app calls itself, and how careful it is.')
@allowed(['staging', 'production'])
param environment string

@description('A developer who works against this environment; empty for none.')
param principalId string

param openaiLocation string
param openaiDeploymentType string
param largeModelCapacity int
param smallModelCapacity int
param dataLocation string
param schedulerSku string
param schedulerCapacity int
param pushUnits int
param instanceMemory int
param mostInstances int
param readyInstances int
param requestsPerInstance int
param logRetentionDays int
param softDeleteDays int
param monthlyBudget int
param alertAddress string
param runbooksUrl string
param frontendUrl string
param corsOrigins string[]
param phoneNumber string

@description('A sender of a domain of your own; empty for the one that Azure manages.')
param senderAddress string

param supabaseUrl string
param supabaseAnonKey string
@secure()
param supabaseServiceRoleKey string
@secure()
param supabaseTurnsUrl string

@description('Ends the address of the webhook of sockets; a new one with each deployment.')
@secure()
param webhookSecret string = newGuid()

@description('The first of this month, in which the budget begins.')
param budgetStart string = utcNow('yyyy-MM-01')

var short = loadJsonContent('abbreviations.json')
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var appName = '${short.functionApp}${token}'
var packages = 'app-packages'
var deadLetters = 'dead-letters'
var incomingRecordings = 'incoming-recordings'
var taskHub = 'talenti'
var hubOfSockets = 'interviews'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: '${short.resourceGroup}${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: '${short.identity}${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    logsName: '${short.logs}${token}'
    insightsName: '${short.insights}${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: '${short.storage}${token}'
    location: location
    tags: tags
    corsOrigins: corsOrigins
    softDeleteDays: softDeleteDays
    packagesContainer: packages
    deadLetterContainer: deadLetters
  }
}

module scheduler 'modules/scheduler.bicep' = {
  scope: group
  params: {
    name: '${short.scheduler}${token}'
    hubName: taskHub
    location: location
    tags: tags
    sku: schedulerSku
    capacity: schedulerCapacity
    retentionDays: logRetentionDays
  }
}

module ai 'modules/ai.bicep' = {
  scope: group
  params: {
    openaiName: '${short.openai}${token}'
    speechName: '${short.speech}${token}'
    documentsName: '${short.documents}${token}'
    location: location
    tags: tags
    openaiLocation: empty(openaiLocation) ? location : openaiLocation
    largeCapacity: largeModelCapacity
    smallCapacity: smallModelCapacity
    deploymentType: openaiDeploymentType
  }
}

module communication 'modules/communication.bicep' = {
  scope: group
  params: {
    name: '${short.communication}${token}'
    emailName: '${short.email}${token}'
    tags: tags
    dataLocation: dataLocation
  }
}

module push 'modules/push.bicep' = {
  scope: group
  params: {
    name: '${short.push}${token}'
    hubName: hubOfSockets
    location: location
    tags: tags
    functionAppHost: app.outputs.host
    webhookSecret: webhookSecret
    units: pushUnits
  }
}

module topics 'modules/topics.bicep' = {
  scope: group
  params: {
    storageTopicName: '${short.topic}uploads-${token}'
    communicationTopicName: '${short.topic}calls-${token}'
    announcementsTopicName: '${short.topic}${token}'
    location: location
    tags: tags
    storageAccountName: storage.outputs.name
    communicationId: communication.outputs.id
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    appPrincipalId: identity.outputs.principalId
    developerPrincipalId: principalId
    communicationPrincipalId: communication.outputs.principalId
    storageTopicPrincipalId: topics.outputs.storageTopicPrincipalId
    communicationTopicPrincipalId: topics.outputs.communicationTopicPrincipalId
    storageName: storage.outputs.name
    deadLetterContainer: deadLetters
    recordingsContainer: incomingRecordings
    schedulerName: scheduler.outputs.schedulerName
    taskHubName: scheduler.outputs.hubName
    openaiName: ai.outputs.openaiName
    speechName: ai.outputs.speechName
    documentsName: ai.outputs.documentsName
    communicationName: communication.outputs.name
    pushName: push.outputs.name
    announcementsTopicName: topics.outputs.announcementsName
    insightsName: monitoring.outputs.insightsName
  }
}

module app 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: appName
    planName: '${short.plan}${token}'
    location: location
    tags: tags
    environment: environment
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    insightsConnectionString: monitoring.outputs.connectionString
    storageBlobEndpoint: storage.outputs.blobEndpoint
    storageQueueEndpoint: storage.outputs.queueEndpoint
    storageTableEndpoint: storage.outputs.tableEndpoint
    packagesContainer: packages
    taskHubName: scheduler.outputs.hubName
    schedulerEndpoint: scheduler.outputs.endpoint
    openaiEndpoint: ai.outputs.openaiEndpoint
    largeDeployment: ai.outputs.largeDeployment
    smallDeployment: ai.outputs.smallDeployment
    embeddingDeployment: ai.outputs.embeddingDeployment
    speechEndpoint: ai.outputs.speechEndpoint
    speechId: ai.outputs.speechId
    documentsEndpoint: ai.outputs.documentsEndpoint
    communicationEndpoint: communication.outputs.endpoint
    communicationImmutableId: communication.outputs.immutableId
    senderAddress: empty(senderAddress) ? communication.outputs.senderAddress : senderAddress
    phoneNumber: phoneNumber
    pushEndpoint: 'https://${short.push}${token}.webpubsub.azure.com'
    pushHubName: hubOfSockets
    announcementsEndpoint: topics.outputs.announcementsEndpoint
    supabaseUrl: supabaseUrl
    supabaseAnonKey: supabaseAnonKey
    supabaseServiceRoleKey: supabaseServiceRoleKey
    supabaseTurnsUrl: supabaseTurnsUrl
    webhookSecret: webhookSecret
    frontendUrl: frontendUrl
    corsOrigins: corsOrigins
    instanceMemory: instanceMemory
    mostInstances: mostInstances
    readyInstances: readyInstances
    requestsPerInstance: requestsPerInstance
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    logsId: monitoring.outputs.logsId
    actionGroupName: '${short.actionGroup}${token}'
    alertAddress: alertAddress
    runbooksUrl: runbooksUrl
  }
}

module budget 'modules/budget.bicep' = {
  scope: group
  params: {
    name: '${short.budget}${token}'
    monthlyAmount: monthlyBudget
    actionGroupId: alerts.outputs.actionGroupId
    startDate: budgetStart
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, insightsId: monitoring.outputs.insightsId }
}

output AZURE_RESOURCE_GROUP string = group.name
output API_NAME string = app.outputs.name
output API_URL string = 'https://${app.outputs.host}'
output STORAGE_TOPIC_NAME string = topics.outputs.storageTopicName
output COMMUNICATION_TOPIC_NAME string = topics.outputs.communicationTopicName
output STORAGE_ACCOUNT_ID string = storage.outputs.id
output DEAD_LETTER_CONTAINER string = deadLetters
