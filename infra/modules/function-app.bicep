@description('The app itself, on Flex Consumption, and its settings: the one list of them.')
param name string
param planName string
param location string
param tags object
param environment string
param identityId string
param identityClientId string
param insightsConnectionString string

param storageBlobEndpoint string
param storageQueueEndpoint string
param storageTableEndpoint string
param packagesContainer string
param taskHubName string
param schedulerEndpoint string

param openaiEndpoint string
param largeDeployment string
param smallDeployment string
param embeddingDeployment string
param speechEndpoint string
param speechId string
param documentsEndpoint string
param communicationEndpoint string
param communicationImmutableId string
param senderAddress string
param phoneNumber string
param pushEndpoint string
param pushHubName string
param announcementsEndpoint string

param supabaseUrl string
param supabaseAnonKey string
@secure()
param supabaseServiceRoleKey string
@secure()
param supabaseTurnsUrl string
@secure()
param webhookSecret string

param frontendUrl string
param corsOrigins string[]

@allowed([2048, 4096])
param instanceMemory int
@minValue(40)
@maxValue(1000)
param mostInstances int
@description('Instances that never sleep: a candidate who begins waits for no cold start.')
param readyInstances int
@description('Requests that one instance serves at once. A streamed reply is one of them for its seconds.')
param requestsPerInstance int

var host = '${name}.azurewebsites.net'

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      // CORS is answered by the app, which knows its origins; two answers would be one too many
      cors: { allowedOrigins: [] }
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storageBlobEndpoint}${packagesContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: mostInstances
        alwaysReady: readyInstances > 0 ? [{ name: 'http', instanceCount: readyInstances }] : []
        triggers: { http: { perInstanceConcurrency: requestsPerInstance } }
      }
    }
  }
}

resource basicPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for each in ['ftp', 'scm']: {
    parent: app
    name: each
    properties: { allow: false }
  }
]

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    // of the platform
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    AzureWebJobsStorage__blobServiceUri: storageBlobEndpoint
    AzureWebJobsStorage__queueServiceUri: storageQueueEndpoint
    AzureWebJobsStorage__tableServiceUri: storageTableEndpoint
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    AZURE_CLIENT_ID: identityClientId
    DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
    TASKHUB_NAME: taskHubName

    // of ours, in the order of shared/settings.py; a key that identity replaces is empty
    ENVIRONMENT: environment
    LOG_LEVEL: 'INFO'
    OTEL_EXPORTER_OTLP_ENDPOINT: ''
    OTEL_EXPORTER_OTLP_HEADERS: ''
    CORS_ALLOWED_ORIGINS: join(corsOrigins, ',')
    HTTP_MAX_BODY_BYTES: '1048576'
    BLOB_SERVICE_URL: storageBlobEndpoint
    SUPABASE_URL: supabaseUrl
    SUPABASE_ANON_KEY: supabaseAnonKey
    SUPABASE_SERVICE_ROLE_KEY: supabaseServiceRoleKey
    SUPABASE_JWT_SECRET: ''
    SUPABASE_DB_URL: supabaseTurnsUrl
    AZURE_OPENAI_ENDPOINT: openaiEndpoint
    AZURE_OPENAI_API_KEY: ''
    AZURE_OPENAI_DEPLOYMENT: largeDeployment
    AZURE_OPENAI_SMALL_DEPLOYMENT: smallDeployment
    AZURE_OPENAI_EMBEDDING_DEPLOYMENT: embeddingDeployment
    AZURE_SPEECH_ENDPOINT: speechEndpoint
    AZURE_SPEECH_KEY: ''
    AZURE_SPEECH_REGION: location
    AZURE_SPEECH_RESOURCE_ID: speechId
    AZURE_SPEECH_AVATAR: 'false'
    ACS_CONNECTION_STRING: 'endpoint=${communicationEndpoint}'
    ACS_RESOURCE_ID: communicationImmutableId
    ACS_CALLBACK_ISSUER: 'https://acscallautomation.communication.azure.com'
    ACS_CALLBACK_KEYS_URL: 'https://acscallautomation.communication.azure.com/calling/keys'
    ACS_PHONE_NUMBER: phoneNumber
    MAIL_SENDER_ADDRESS: senderAddress
    AZURE_DOCUMENT_INTELLIGENCE_ENDPOINT: documentsEndpoint
    AZURE_DOCUMENT_INTELLIGENCE_KEY: ''
    WEB_PUBSUB_ENDPOINT: pushEndpoint
    WEB_PUBSUB_ACCESS_KEY: ''
    WEB_PUBSUB_WEBHOOK_SECRET: webhookSecret
    WEB_PUBSUB_HUB: pushHubName
    EVENT_GRID_TOPIC_ENDPOINT: announcementsEndpoint
    EVENT_GRID_TOPIC_KEY: ''
    EVENT_GRID_WEBHOOK_KEY: ''
    FRONTEND_URL: frontendUrl
    PUBLIC_API_URL: 'https://${host}'
    RETRY_ATTEMPTS: '3'
    BREAKER_FAILURES: '5'
    BREAKER_OPEN_SECONDS: '30'
    BREAKER_PROBES: '3'
    SCORING_PASSES: '3'
    SCORING_CONCURRENCY: '24'
  }
}

output id string = app.id
output name string = app.name
output host string = host
